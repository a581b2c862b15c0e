import { expect, it } from "vitest";
import { memoryWorld, testPortalFetch } from "../testing/index.ts";
import { TEST_TOKEN, TEST_USERNAME } from "./access.ts";

const world = memoryWorld().mod("flib").release("1.0.0");
const account = { username: TEST_USERNAME, token: TEST_TOKEN };
const good = `username=${TEST_USERNAME}&token=${TEST_TOKEN}`;

function openPortal() {
  const portal = testPortalFetch(world, { requireLogin: account });
  return (path: string, init?: RequestInit) => portal.fetch(portal.url + path, init);
}

it("[REG-40] tells good credentials from bad ones", async () => {
  const get = openPortal();
  const answer = await get(`/api/bookmarks?${good}`);
  expect([answer.status, await answer.json()]).toEqual([200, []]);
  for (const query of ["", `?username=${TEST_USERNAME}`, `?username=${TEST_USERNAME}&token=wrong`]) {
    const refused = await get(`/api/bookmarks${query}`);
    expect([refused.status, await refused.json()]).toEqual([403, { message: "Forbidden" }]);
  }
});

it("[REG-40] takes any credentials where no login is required, but wants some", async () => {
  const portal = testPortalFetch(world);
  expect((await portal.fetch(`${portal.url}/api/bookmarks?username=a&token=b`)).status).toBe(200);
  expect((await portal.fetch(`${portal.url}/api/bookmarks`)).status).toBe(403);
});

it("[REG-41] are switched on and off in every way clients do it", async () => {
  const get = openPortal();
  const names = async () => (await get(`/api/bookmarks?${good}`)).json();
  await get(`/api/bookmarks/toggle?${good}&mod=flib&state=on`);
  expect(await names()).toEqual(["flib"]);
  await get("/api/bookmarks/toggle", { method: "POST", body: new URLSearchParams(`${good}&mod=flib&state=off`) });
  expect(await names()).toEqual([]);
  await get(`/api/bookmarks/toggle?${good}&mod=flib&state=on`, { method: "POST" });
  expect(await names()).toEqual(["flib"]);
});

it("[REG-41] are only of mods that exist, and of users who are known", async () => {
  const get = openPortal();
  expect((await get(`/api/bookmarks/toggle?${good}&mod=none&state=on`)).status).toBe(404);
  expect((await get("/api/bookmarks/toggle?mod=flib&state=on")).status).toBe(403);
});
