import { PAGE_WORDS } from "../base/page-words.ts";
import type { Language } from "../base/say.ts";
import type { Table } from "../model/register-edit.ts";

/**
 * Columns and their values as an office writes them: a table headed 姓名, 角色, 层级, 电话 is read as one headed name, role,
 * level, phone, by the words that the pages show.
 */

/** What offices write beside the words of the pages. */
const OTHER_HEADINGS: Record<string, readonly string[]> = {
	id: ["人员编号", "序号"],
	title: ["职务"],
	grids: ["责任区", "责任网格", "网格"],
	grid: ["网格", "网格编码"],
	level: ["级别"],
	phone: ["手机", "手机号", "手机号码", "联系电话", "电话号码"],
	person: ["人员", "值班人员"],
	code: ["编码", "区划代码"],
	lat: ["纬度"],
	lon: ["经度"],
	from: ["开始时间", "起始", "任职时间"],
	to: ["结束", "结束时间", "截止时间"],
	strength: ["人数"],
	kind: ["类型", "类别"],
	tier: ["类别", "类型"],
};
const OTHER_VALUES: Record<string, readonly string[]> = {
	village: ["村级", "社区", "村社"],
	township: ["乡镇级", "乡", "镇", "街道", "乡级", "镇级"],
	county: ["县级", "区", "区县", "县区", "区级"],
	city: ["市级"],
	province: ["省级"],
	householdHead: ["户长", "联防组长"],
};

/** Columns that hold a word of a list, or several. */
function listsOf(language: Language): Record<string, readonly Record<string, string>[]> {
	const { roles, levels, tiers, channels, registerPage, rosterPage } = PAGE_WORDS[language];
	const { conditions, placeKinds, orderKinds } = registerPage;
	const kind = [placeKinds, orderKinds, rosterPage.kinds];
	return { role: [roles], level: [levels], tier: [tiers], condition: [conditions], channels: [channels], kind };
}
const LISTS = { zh: listsOf("zh"), en: listsOf("en") };

/** Without what stands in brackets, which is said of it and is not its name. */
const bare = (word: string) =>
	word
		.replace(/[（(].*?[）)]/g, "")
		.replace(/\s+/g, "")
		.toLowerCase();

const headings = new Map<string, string[]>();
for (const table of [PAGE_WORDS.zh.registerPage.columns, PAGE_WORDS.en.registerPage.columns, OTHER_HEADINGS])
	for (const [column, said] of Object.entries(table))
		for (const word of typeof said === "string" ? said.split("/") : said)
			headings.set(bare(word), [...(headings.get(bare(word)) ?? []), column]);

const values = new Map<string, Map<string, string>>(
	Object.entries(LISTS.zh).map(([column, tables]) => [
		column,
		new Map([
			...Object.entries(OTHER_VALUES).flatMap(([code, said]) => said.map((word): [string, string] => [word, code])),
			...[...tables, ...(LISTS.en[column] ?? [])].flatMap((words) =>
				Object.entries(words).map(([code, word]): [string, string] => [bare(word), code]),
			),
		]),
	]),
);

/** The column of a table that a heading names; the heading where it is one itself, or none that is known. */
export function columnNamed(heading: string, known: readonly string[]): string {
	if (known.includes(heading)) return heading;
	return headings.get(bare(heading))?.find((column) => known.includes(column)) ?? heading;
}

/** A cell with codes in place of the words of its column; what is no such word stays, to be refused by name. */
export function coded(column: string, cell: string): string {
	return turned(column, cell, codeOf);
}

/** One of several channels, without its address. */
const CHANNEL = /(^|[;；、])\s*([^;；、:：]+)/g;

/** A cell of which each word of a list is turned into another; a post holds that of its role, channels several. */
function turned(column: string, cell: string, turn: (column: string, word: string) => string): string {
	if (column === "post") return cell.replace(/^[^@:：]+(?=@)/, (role) => turn("role", role));
	if (column !== "channels") return turn(column, cell);
	return cell.replace(CHANNEL, (_, before, channel) => `${before}${turn(column, channel)}`);
}

/** What an office reads in place of a column's name: a heading that `columnNamed` finds again. */
export function headingOf(table: Table, column: string, language: Language): string {
	const columns: Record<string, string> = PAGE_WORDS[language].registerPage.columns;
	const said = (columns[column] ?? column).split("/");
	// people have names of their own, all else is called something
	return String(said.at(table === "people" ? 0 : -1));
}

/** A cell with the words of its column in place of codes, which `coded` takes back. */
export function worded(column: string, cell: string, language: Language): string {
	const listed = LISTS[language];
	return turned(column, cell, (of, code) => listed[of]?.find((words) => Object.hasOwn(words, code))?.[code] ?? code);
}

function codeOf(column: string, word: string): string {
	return values.get(column)?.get(bare(word)) ?? word;
}
