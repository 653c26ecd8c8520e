import { ForbiddenError } from "../errors.ts";

/** Which instances and tasks a caller may see and touch. */
export interface Scope {
  /** Those of this tenant alone; null for all there are. */
  readonly tenantId: string | null;
}

/** Of who may do everything. */
export const EVERYTHING: Scope = { tenantId: null };

/** Whether what belongs to a tenant, or to none, is the caller's to see. */
export function includes(scope: Scope, tenantId: string | null): boolean {
  return scope.tenantId === null || scope.tenantId === tenantId;
}

/**
 * What a caller asks for, as it may be asked for: without a tenant the scope's is meant.
 * @throws ForbiddenError when another tenant is named
 */
export function withinScope<Asked extends { readonly tenant_id?: string | null | undefined }>(
  scope: Scope,
  asked: Asked,
): Asked {
  if (scope.tenantId === null) return asked;
  if (!includes(scope, asked.tenant_id ?? scope.tenantId)) {
    throw new ForbiddenError("This key is for another tenant than `tenant_id` names");
  }
  return { ...asked, tenant_id: scope.tenantId };
}

/**
 * For what concerns all tenants at once.
 * @throws ForbiddenError for who may act for one alone
 */
export function demandEverything(scope: Scope): void {
  if (scope.tenantId === null) return;
  throw new ForbiddenError("This takes a key that is for no tenant in particular");
}
