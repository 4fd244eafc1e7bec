/** 中文：各种故障。`why` 是系统原话。 */
export const faults = {
	"fault.LK0001": "LK0001 内部故障：{why}",
	"fault.LK0003": "LK0003 队列已满：{why}",
	"fault.LK0004": "LK0004 主程序停顿：{why}",
	"fault.LK0005": "LK0005 时钟被调整：{why}",
	"fault.LK0006": "LK0006 部件无法启动：{why}",
	"fault.LK0101": "LK0101 配置无效：{why}",
	"fault.LK0102": "LK0102 缺少配置文件：{why}",
	"fault.LK0201": "LK0201 数据库无法打开：{why}",
	"fault.LK0202": "LK0202 数据库拒绝写入：{why}",
	"fault.LK0203": "LK0203 磁盘无法写入：{why}",
	"fault.LK0204": "LK0204 数据库正被占用：{why}",
	"fault.LK0205": "LK0205 网关密钥无法读取：{why}",
	"fault.LK0302": "LK0302 消息服务无法监听端口：{why}",
	"fault.LK0303": "LK0303 指令未被接受：{why}",
	"fault.LK0401": "LK0401 相机视频流中断：{why}",
	"fault.LK0402": "LK0402 图像无法解码：{why}",
	"fault.LK0403": "LK0403 模型缺失或损坏：{why}",
	"fault.LK0404": "LK0404 检测进程故障：{why}",
	"fault.LK0405": "LK0405 录像无法读取：{why}",
	"fault.LK0501": "LK0501 名册无效：{why}",
	"fault.LK0502": "LK0502 地形数据无法读取：{why}",
	"fault.LK0601": "LK0601 通知渠道无法使用：{why}",
	"fault.LK0602": "LK0602 通知渠道拒收消息：{why}",
	"fault.LK0603": "LK0603 台账与应通知的情况不一致：{why}",
	"fault.LK0701": "LK0701 网页服务无法监听端口：{why}",
	"fault.LK0801": "LK0801 缺少所需程序：{why}",
	"fault.LK0901": "LK0901 命令用法有误：{why}",

	// 不能工作的渠道：需要有人处理
	"fault.noTls": "邮件：服务器不支持 TLS，密码与姓名会以明文传送；如确需如此，设 reach.email.plain: true",
	"fault.mailLogIn": "邮件：服务器拒绝登录（{code}）",
	"fault.modem": "{device} 上的短信模块：{why}",

	// 在用模型不是所选的
	"fault.modelTakenOut": "LK0404 已停用模型 {model}：{why}",
	"fault.changed": "{file} 已更改且有效：重启后生效",
} as const;
