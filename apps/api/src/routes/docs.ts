import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { pagePolicy } from "./page-policy.ts";
import { withoutSlash } from "./without-slash.ts";

/** Swagger UI's files, as they came with its package. */
const SWAGGER = path.dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));

/** The few of them that the page needs. */
const ASSETS = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Drover API</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** In a file of its own, as the page's policy allows no script within the page. */
const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The API's documentation as a page that loads nothing from elsewhere. */
export function docsRoutes(): Hono {
  const routes = new Hono();
  routes.use("/docs", pagePolicy);
  routes.use("/docs/*", pagePolicy);
  routes.get("/docs", (context) => context.html(PAGE));
  routes.get("/docs/", withoutSlash);
  routes.get("/docs/start.js", (context) =>
    context.body(START, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  for (const asset of ASSETS) {
    routes.get(`/docs/${asset}`, serveStatic({ path: path.join(SWAGGER, asset) }));
  }
  return routes;
}
