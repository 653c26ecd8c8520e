import { secureHeaders } from "hono/secure-headers";

/**
 * For pages made by others (Swagger UI, bull-board): they get everything from here and from
 * nowhere else. Both put styles on elements by themselves, hence `unsafe-inline` for those.
 */
export const pagePolicy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    baseUri: ["'self'"],
    connectSrc: ["'self'"],
    fontSrc: ["'self'", "data:"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    imgSrc: ["'self'", "data:"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
  },
});
