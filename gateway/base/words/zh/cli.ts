/** 中文：命令的输出。 */
export const cli = {
	"cli.check.noGrids": "没有网格：未设 register.grids，任何地方都无人负责",
	"cli.check.many": "{count} 条：{names} 等；用 --json 列出全部",
	"cli.check.sum": "{people} 人，{grids} 个网格，{days} 天：{gaps} 处空缺，另有 {others} 条提示",
	"cli.verify.missing": "台账中没有 {hash} 这一条：末尾被截去，或被换过",
	"cli.verify.whole": "完整：{n} 条，最后的校验值 {hash}",
	"cli.verify.broken": "第 {n} 条被改动、插入或删除",
	"cli.audit.sum": "{incidents} 起事件，{differences} 处不一致",
	"cli.drill.started": "演练事件 {incident}；结果见 lookout drill report",
	"cli.drill.of": "{incident}  {state}，由 {by} 发起",
	"cli.drill.person": "送达服务 {accepted}  回执 {receipt}",
	"cli.drill.answered": "{seconds} 秒后答复：{answer}",
	"cli.drill.silent": "{days} 天内没有任何人答复：{grid}（{people} 人有联系方式）",
	"cli.drill.sum": "{drills} 次演练；{grids} 个网格中有 {silent} 个在 {days} 天内没有任何人答复",
	"cli.maintenance.line": "{id}  {devices}  至 {until}  {by}：{reason}",
	"cli.maintenance.none": "没有正在检修的设备",
	"cli.maintenance.over": "检修已结束",
} as const;
