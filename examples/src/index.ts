export { expenseApproval } from "./expense-approval.ts";
export { multiLevelExpenseApproval } from "./multi-level-expense-approval.ts";
export { orderProcessing } from "./order-processing.ts";
export { orderWithNotifications } from "./order-with-notifications.ts";
export { paymentWithCallback } from "./payment-with-callback.ts";
export { reminder } from "./reminder.ts";
