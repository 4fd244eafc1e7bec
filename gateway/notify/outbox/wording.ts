import { type Language, say } from "../../base/say.ts";
import type { Message } from "../../model/delivery.ts";

/** Characters of a message's body, and of the short one, which an SMS carries beside a link and a code. */
const MOST_BODY = 300;
const MOST_SHORT = 60;

/** A message in words, ready for any channel: the body has at most 300 characters, the short text 60. */
export function worded(message: Message, language: Language): Message {
	const { title, body, short } = message;
	return {
		...message,
		title: say(language, title),
		body: say(language, body).slice(0, MOST_BODY),
		short: say(language, short).slice(0, MOST_SHORT),
	};
}
