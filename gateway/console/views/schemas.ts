/**
 * What the gateway sends to pages and machines, once: the types of the backend are these, the OpenAPI document is made
 * of them, and from that the types of the pages. Times are ms since 1970, positions WGS84 degrees, angles degrees,
 * probabilities and shares 0...1; a `Phrase` is a code of the catalogue with what stands in its gaps.
 */
export * from "./schemas/devices.ts";
export * from "./schemas/gateway.ts";
export * from "./schemas/incidents.ts";
export * from "./schemas/map.ts";
export * from "./schemas/numbers.ts";
export * from "./schemas/register.ts";
export { Done, Phrase, Refusal, SCHEMAS } from "./schemas/shape.ts";
export * from "./schemas/users.ts";
