import { DUTY_DESK } from "../../model/register.ts";
import type { LedgerRow } from "../../store/ledger.ts";

const DESK = "desk:";

/** The user at the desk who has taken somebody else's word down; undefined where he said it himself. */
export function takenDownBy(
	{ who, what, detail }: Pick<LedgerRow, "who" | "what" | "detail">,
	users: ReadonlyMap<string, string>,
): string | undefined {
	const { via } = detail;
	if (who === DUTY_DESK || !what.startsWith("answer:") || typeof via !== "string" || !via.startsWith(DESK))
		return undefined;
	const id = via.slice(DESK.length);
	return users.get(id) ?? id;
}
