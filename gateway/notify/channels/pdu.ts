import { Submit, utils } from "node-pdu";
import { phrase } from "../../base/say.ts";

/**
 * An SMS as a modem takes it: SMS-SUBMIT of 3GPP TS 23.040, in hexadecimal. Plain text goes in the default alphabet,
 * everything else in UCS-2, since the library writes blanks for what the alphabet lacks; it is cut between characters
 * as people see them.
 */

/** What the default alphabet (3GPP TS 23.038) and ASCII have at the same place or both, and costs one septet. */
const PLAIN = /^[\n\r !"#%&'()*+,\-./0-9:;<=>?A-Za-z]*$/;
/** UCS-2 units of a message, and of one part of several: 140 bytes, less a header of 7. */
const WHOLE = 70;
const PART = 66;
const MOST_PARTS = 8;

/**
 * The parts of a message to a number in E.164. `reference` (0...65535) tells its parts from another's. Throws LK0602
 * when a part would go elsewhere.
 */
export function submitPdus(number: string, text: string, reference: number): string[] {
	const pdus = (PLAIN.test(text) ? new Submit(number, text) : unicode(number, text, reference)).getPartStrings();
	for (const pdu of pdus) {
		const to = destinationOf(pdu);
		if (to !== number) throw new Error(phrase("attempt.otherNumber", { number, to }));
	}
	return pdus;
}

function unicode(number: string, text: string, reference: number): Submit {
	const pieces = text.length <= WHOLE ? [text] : piecesOf(text);
	const parts = pieces.map((piece, i) => {
		const data = utils.Helper.encode16Bit(piece);
		if (pieces.length === 1) return new utils.Part(data.result, data.length, piece);
		const header = new utils.Header({ POINTER: reference, SEGMENTS: pieces.length, CURRENT: i + 1 });
		return new utils.Part(data.result, data.length + header.getSize() + 1, piece, header);
	});
	const options = {
		dataCodingScheme: new utils.DCS({ textAlphabet: utils.DCS.ALPHABET_UCS2 }),
		type: new utils.SubmitType({ userDataHeader: pieces.length > 1 ? 1 : 0 }),
	};
	return new Submit(number, new utils.Data({ data: text, size: text.length, parts, isUnicode: true }), options);
}

/** Pieces that fit a part each, cut between characters as people see them; what is beyond eight parts is left out. */
function piecesOf(text: string): string[] {
	const pieces: string[] = [];
	let piece = "";
	for (const { segment } of new Intl.Segmenter("zh", { granularity: "grapheme" }).segment(text)) {
		// one character may be as long as somebody makes it
		const character = segment.length > PART ? [...segment].slice(0, PART / 2).join("") : segment;
		if (piece.length + character.length > PART) {
			pieces.push(piece);
			piece = "";
		}
		piece += character;
	}
	return [...pieces, piece].slice(0, MOST_PARTS);
}

/** Where a finished SMS-SUBMIT goes: read out of its bytes, and by no library that has written them. */
export function destinationOf(pdu: string): string {
	const byte = (at: number) => Number.parseInt(pdu.slice(at * 2, at * 2 + 2), 16);
	// the service centre's address, the type, the message's reference; then digits, kind of number, digits in pairs
	// turned round
	const at = 1 + byte(0) + 2;
	const [count, kind] = [byte(at), byte(at + 1)];
	const pairs = pdu.slice((at + 2) * 2, (at + 2 + Math.ceil(count / 2)) * 2).match(/../g) ?? [];
	const digits = pairs
		.map((pair) => `${pair[1]}${pair[0]}`)
		.join("")
		.slice(0, count);
	// type of number 1: international (3GPP TS 24.008, 10.5.4.7)
	return `${((kind >> 4) & 7) === 1 ? "+" : ""}${digits}`;
}
