import { Alert } from "@mantine/core";

/** What went wrong, spoken to whoever does not see it; nothing where nothing did. */
export function Fault({ text }: { text: string }) {
	return text === "" ? null : (
		<Alert color="red" role="alert" p="xs" className="fault">
			{text}
		</Alert>
	);
}
