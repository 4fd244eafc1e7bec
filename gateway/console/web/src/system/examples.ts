/**
 * What integrators ask first, as they would type it: `$LOOKOUT` is the address of the console, `$TOKEN` a machine's
 * token. Each is run in the tests.
 */
export const EXAMPLES = {
	open: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/incidents?kind=fire&limit=20"`,
	one: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/incidents/$INCIDENT"`,
	events: `curl -fsSN -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/events?of=desk" | head -n 1`,
	report: `curl -fsS -X POST -H "Authorization: Bearer $TOKEN" -H "content-type: application/json" \\
  -d '{"lat": 29.53, "lon": 108.77, "note": "smoke over the ridge"}' "$LOOKOUT/api/reports"`,
	map: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/incidents/export?format=geojson"`,
	sensor: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/sensors/node-1/history/export?hours=24"`,
	who: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/register/dry-run?grid=500114101201-01&at=1780000000000"`,
	document: `curl -fsS -H "Authorization: Bearer $TOKEN" "$LOOKOUT/api/openapi.json"`,
	webhook: `printf '%s.%s' "$TIMESTAMP" "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //'`,
} as const;

export type Example = keyof typeof EXAMPLES;
