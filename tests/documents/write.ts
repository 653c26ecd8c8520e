import { writeFileSync } from "node:fs";
import { currentPage, STATE_MACHINE_PAGE } from "./page.ts";

writeFileSync(STATE_MACHINE_PAGE, currentPage());
process.stdout.write(`${STATE_MACHINE_PAGE} is written\n`);
