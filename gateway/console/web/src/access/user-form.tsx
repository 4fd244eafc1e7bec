import { Checkbox, MultiSelect, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { defined } from "../../../../base/omit.ts";
import { USER_ROLES, type UserRole } from "../../../../model/user.ts";
import { call } from "../api.ts";
import type { User } from "../api-types.ts";
import { useReader } from "../context.ts";
import { inWords, postOf } from "../i18n.ts";
import { useAreas } from "../people/register.ts";
import { Sheet } from "../ui/sheet.tsx";

interface UserFormProps {
	user: User | undefined;
	onClose: () => void;
	/** Told the link of a new user. */
	onDone: (given: { name: string; url: string } | undefined) => void;
}

/** A new user, or what is said of one. Whoever is in the register is chosen from it. */
export function UserForm({ user, onClose, onDone }: UserFormProps) {
	const { w } = useReader();
	const u = w.usersPage;
	const areas = useAreas();
	const [fields, setFields] = useState<Fields>(() => fieldsOf(user));
	const [fault, setFault] = useState("");
	const set = (change: Partial<Fields>) => setFields((f) => ({ ...f, ...change }));
	const save = () => saved(user, fields).then(onDone, (error: Error) => setFault(inWords(w, error.message)));
	return (
		<Sheet
			title={user ? `${u.edit} · ${user.name}` : u.add}
			act={u.save}
			fault={fault}
			onAct={() => void save()}
			onClose={onClose}
		>
			<PersonChoice fields={fields} set={set} />
			<Names fields={fields} set={set} />
			<MultiSelect
				label={u.roles}
				required
				data={USER_ROLES.map((role) => ({ value: role, label: w.dutyPage.roles[role] }))}
				value={fields.roles}
				onChange={(roles) => set({ roles: roles as UserRole[] })}
			/>
			<TextInput
				label={u.subject}
				maxLength={200}
				value={fields.subject ?? ""}
				onChange={(e) => set({ subject: e.currentTarget.value.trim() || undefined })}
			/>
			<MultiSelect
				label={u.areas}
				description={u.areasHint}
				data={[
					...areas,
					...fields.areas.filter((a) => !areas.some((k) => k.value === a)).map((a) => ({ value: a, label: a })),
				]}
				value={fields.areas}
				onChange={(chosen) => set({ areas: chosen })}
				searchable
				limit={40}
			/>
			{user && (
				<Checkbox
					label={u.disabled}
					checked={fields.isDisabled}
					onChange={(e) => set({ isDisabled: e.currentTarget.checked })}
				/>
			)}
		</Sheet>
	);
}

interface Fields {
	name: string;
	login: string;
	roles: UserRole[];
	areas: string[];
	personId: string | undefined;
	subject: string | undefined;
	isDisabled: boolean;
}
interface FieldsProps {
	fields: Fields;
	set: (change: Partial<Fields>) => void;
}

function fieldsOf(user: User | undefined): Fields {
	const { name = "", login = "", roles = ["officer"], areas = [], personId, subject, disabledAt } = user ?? {};
	return { name, login, roles, areas, personId, subject, isDisabled: disabledAt !== undefined };
}

/** Keeps it; of a new user the link by which he sets his password. */
async function saved(user: User | undefined, fields: Fields): Promise<{ name: string; url: string } | undefined> {
	const { isDisabled, personId, subject, name, login, roles, areas } = fields;
	const body = { name: name.trim(), login: login.trim(), roles, areas, ...defined({ personId, subject }) };
	if (!user) {
		const made = await call("POST /api/users", { body });
		return { name: made.user.name, url: made.url };
	}
	const { id, version } = user;
	await call("POST /api/users/{id}", { path: { id }, body: { ...body, isDisabled, version } });
	return undefined;
}

/** Who it is in the register; his name is taken from there. */
function PersonChoice({ fields, set }: FieldsProps) {
	const { w } = useReader();
	const people = useQuery({ queryKey: ["people"], queryFn: () => call("GET /api/people") });
	const choose = (id: string | null) => {
		const person = people.data?.find((p) => p.id === id);
		set({ personId: id ?? undefined, ...(person && fields.name === "" ? { name: person.name } : {}) });
	};
	return (
		<Select
			label={w.usersPage.person}
			data={(people.data ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.title ?? postOf(w, p)}` }))}
			value={fields.personId ?? null}
			onChange={choose}
			searchable
			clearable
			limit={30}
		/>
	);
}

function Names({ fields, set }: FieldsProps) {
	const u = useReader().w.usersPage;
	return (
		<>
			<TextInput
				label={u.name}
				required
				minLength={2}
				maxLength={60}
				value={fields.name}
				onChange={(e) => set({ name: e.currentTarget.value })}
				data-autofocus
			/>
			<TextInput
				label={u.login}
				required
				minLength={2}
				maxLength={40}
				pattern="\S+"
				value={fields.login}
				onChange={(e) => set({ login: e.currentTarget.value })}
			/>
		</>
	);
}
