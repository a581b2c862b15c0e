/** What a browser, or a client that follows redirects blindly, finds where a login is wanted. */
const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Log in</title></head>
<body>
<h1>Log in</h1>
<p>Downloads from this portal need a user name and a token: add <code>?username=</code> and <code>&amp;token=</code>.</p>
</body>
</html>
`;

/**
 * `GET /login`: a page with status 200, as the portal answers.
 *
 * @see reference/portal-api.md §3, rule REG-28
 */
export function loginPageRoute(): Response {
  return new Response(PAGE, { headers: { "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8" } });
}
