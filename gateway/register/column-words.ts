import { en } from "../base/words/en/page.ts";
import { en as enPages } from "../base/words/en/pages.ts";
import { zh } from "../base/words/zh/page.ts";
import { zh as zhPages } from "../base/words/zh/pages.ts";

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
const WORDS: Record<string, readonly Record<string, string>[]> = {
	role: [zh.roles, en.roles],
	level: [zh.levels, en.levels],
	tier: [zh.tiers, en.tiers],
	condition: [zhPages.registerPage.conditions, enPages.registerPage.conditions],
	channels: [zh.channels, en.channels],
	kind: [zhPages, enPages].flatMap(({ registerPage, rosterPage }) => [
		registerPage.placeKinds,
		registerPage.orderKinds,
		rosterPage.kinds,
	]),
};

/** Without what stands in brackets, which is said of it and is not its name. */
const bare = (word: string) =>
	word
		.replace(/[（(].*?[）)]/g, "")
		.replace(/\s+/g, "")
		.toLowerCase();

const headings = new Map<string, string[]>();
for (const table of [zhPages.registerPage.columns, enPages.registerPage.columns, OTHER_HEADINGS])
	for (const [column, said] of Object.entries(table))
		for (const word of typeof said === "string" ? said.split("/") : said)
			headings.set(bare(word), [...(headings.get(bare(word)) ?? []), column]);

const values = new Map<string, Map<string, string>>(
	Object.entries(WORDS).map(([column, tables]) => [
		column,
		new Map([
			...Object.entries(OTHER_VALUES).flatMap(([code, said]) => said.map((word): [string, string] => [word, code])),
			...tables.flatMap((words) => Object.entries(words).map(([code, word]): [string, string] => [bare(word), code])),
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
	if (column === "post") return cell.replace(/^[^@:：]+(?=@)/, (role) => codeOf("role", role));
	if (column !== "channels") return codeOf(column, cell);
	return cell.replace(/(^|[;；、])\s*([^;；、:：]+)/g, (_, before, channel) => `${before}${codeOf(column, channel)}`);
}

function codeOf(column: string, word: string): string {
	return values.get(column)?.get(bare(word)) ?? word;
}
