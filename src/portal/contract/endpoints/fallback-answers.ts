import { PortalErrorSchema } from "../account.ts";
import type { Answer, Endpoint } from "../endpoint.ts";

/** What may come in place of an endpoint's own answers; the statuses are those of our own server. */
export function fallbackAnswers({ method, service }: Pick<Endpoint, "method" | "service">): readonly Answer[] {
  const refusals = [
    refusal(400, "The request makes no sense.", "Invalid request"),
    refusal(404, "There is no such thing, or this server does not serve it.", "Not found"),
    refusal(429, "Too many requests; `Retry-After` says for how many seconds to wait.", "Too many requests"),
    refusal(502, "A portal behind this one answers what makes no sense.", "The upstream sends no JSON"),
    refusal(503, "What the answer is made of cannot be had right now; try again later.", "The zip is not here yet"),
    refusal(504, "A portal behind this one is too slow.", "The upstream does not answer"),
  ];
  if (method === "POST") return [...refusals, refusal(413, "The body is too large.", "The body is larger than 1 MiB")];
  return service === "portal" || service === "files" || service === "assets" ? [UNCHANGED, ...refusals] : refusals;
}

const UNCHANGED: Answer = { status: 304, when: "`If-None-Match` names what would be sent." };

function refusal(status: number, when: string, message: string): Answer {
  return { status, when, type: "application/json", schema: PortalErrorSchema, example: { message } };
}
