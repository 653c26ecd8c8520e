/** The lines that follow "ready": what someone who just started Drover can do next. */
export function whatToTry(url: string, apiPrefix: string): string[] {
  const expense = {
    definition_name: "expense_approval",
    input_data: { requester_id: "alice@example.com", amount: 250, description: "Conference" },
  };
  return [
    "",
    "Start an expense approval:",
    `  curl -s -X POST ${url}${apiPrefix}/instances -H 'content-type: application/json' -d '${JSON.stringify(expense)}'`,
    `API documentation: ${url}/docs`,
    `Queues: ${url}/admin/queues`,
    "Ctrl-C stops everything.",
  ];
}
