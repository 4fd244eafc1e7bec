import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../context.ts";
import { Fault } from "./fault.tsx";

interface SheetProps {
	title: string;
	/** What the button says that does it. */
	act: string;
	color?: string | undefined;
	isDisabled?: boolean;
	/** Whether what it holds wants room. */
	isWide?: boolean;
	fault?: string;
	onAct: () => void;
	onClose: () => void;
	children: ReactNode;
}

/** A form over the page: nothing has happened until its button is pressed; Esc leaves it. */
export function Sheet({
	title,
	act,
	color,
	isDisabled = false,
	isWide = false,
	fault = "",
	onAct,
	onClose,
	children,
}: SheetProps) {
	const w = useWords();
	return (
		<Modal opened onClose={onClose} title={title} size={isWide ? "xl" : "md"}>
			<form
				onSubmit={(e) => {
					e.preventDefault();
					onAct();
				}}
			>
				<Stack>
					{children}
					<Fault text={fault} />
					<Group justify="flex-end">
						<Button onClick={onClose}>{w.ending.cancel}</Button>
						<Button type="submit" variant="filled" disabled={isDisabled} {...(color ? { color } : {})}>
							{act}
						</Button>
					</Group>
				</Stack>
			</form>
		</Modal>
	);
}
