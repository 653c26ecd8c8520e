import type { BulkOrder, BulkResult } from "@drover/distributed";
import { describeProblem } from "../problem.ts";
import type { BulkResultDto } from "../schemas/bulk.ts";

export function bulkResultDto({ action, dryRun }: BulkOrder, result: BulkResult): BulkResultDto {
  const { matched, processed, succeeded, failed, failures, instanceIds } = result;
  return {
    action,
    dry_run: dryRun,
    matched,
    processed,
    succeeded,
    failed,
    errors: failures.map(({ instanceId, error }) => {
      const { code, detail } = describeProblem(error);
      return { instance_id: instanceId, code, message: detail };
    }),
    has_more: matched > instanceIds.length,
    instance_ids: [...instanceIds],
  };
}
