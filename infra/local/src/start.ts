import path from "node:path";
import { projectDirectory } from "./project.ts";
import { runStart } from "./start/start-program.ts";

const inProject = (file: string) => path.join(projectDirectory, file);

// Not left to the event loop: an adopted handle must not keep us alive after everything has stopped.
process.exit(
  await runStart({
    migrate: inProject("packages/db/src/migrate-main.ts"),
    api: inProject("apps/api/src/main.ts"),
    worker: inProject("apps/worker/src/main.ts"),
  }),
);
