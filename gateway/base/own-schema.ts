/**
 * For Ajv, where the schema is one of the program's own: it is not held against the schema of schemas at every start,
 * which would cost some 50 ms each time. The tests hold it against that.
 */
export const OWN_SCHEMA = { validateSchema: false } as const;
