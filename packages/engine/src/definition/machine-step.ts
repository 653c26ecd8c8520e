import { StepContractError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { Step } from "./step.ts";

/** Runs by itself as soon as it is reached. */
export class MachineStep<Data extends object = JsonObject> extends Step<Data> {
  readonly stepType = "machine";

  protected executeByDefault(): unknown {
    throw new StepContractError(this.name, "must implement execute()");
  }
}
