import { Button, Group, NumberInput, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FeatureCollection } from "geojson";
import { lazy, type MouseEvent, Suspense, useMemo, useRef, useState } from "react";
import { call } from "../api.ts";
import type { Calibration, Camera, MapView } from "../api-types.ts";
import { useReader } from "../context.ts";
import { filled, inWords } from "../i18n.ts";
import { ahead, collection, gridFeatures, point, siteFeatures, terrainOf } from "../map/features.ts";
import { useGround } from "../map/use-ground.ts";
import { Fault } from "../ui/fault.tsx";
import { TypedLandmark } from "./typed-landmark.tsx";

const MapCanvas = lazy(() => import("../map/map-canvas.tsx"));

interface Landmark {
	x: number;
	y: number;
	lat: number;
	lon: number;
	aboveM: number;
}
type Half = Partial<Landmark>;

const isWhole = (l: Half): l is Landmark => l.x !== undefined && l.lat !== undefined;

/** How a camera looks, by landmarks that are clicked in its picture and on the map: tried out, then proposed. */
export function Calibrate({ camera }: { camera: Camera }) {
	const map = useQuery({ queryKey: ["map"], queryFn: () => call("GET /api/map"), staleTime: 60_000 });
	return map.data ? <Clicking camera={camera} map={map.data} /> : <section aria-busy="true" />;
}

function Clicking({ camera, map }: { camera: Camera; map: MapView }) {
	const { w } = useReader();
	const c = w.calibration;
	const [landmarks, setLandmarks] = useState<Half[]>([{}]);
	const picture = useRef<HTMLImageElement>(null);
	const put = (half: Half) => {
		const rest = landmarks.slice(0, -1);
		const last = { aboveM: 0, ...landmarks.at(-1), ...half };
		setLandmarks(isWhole(last) ? [...rest, last, {}] : [...rest, last]);
	};
	const click = (e: MouseEvent<HTMLElement>) => {
		const r = e.currentTarget.getBoundingClientRect();
		put({ x: (e.clientX - r.left) / r.width, y: (e.clientY - r.top) / r.height });
	};
	const whole = landmarks.filter(isWhole);
	return (
		<Stack>
			<Text size="sm">{c.hint}</Text>
			<div className="calibrate">
				{/* biome-ignore lint/a11y/noStaticElementInteractions: a place in a picture is pointed at */}
				{/* biome-ignore lint/a11y/useKeyWithClickEvents: the same can be typed below */}
				<div className="picture" onClick={click}>
					<img ref={picture} src={`/api/cameras/${camera.id}/snapshot`} alt={camera.name} />
					{landmarks.map((l, n) =>
						l.x === undefined || l.y === undefined ? null : (
							// biome-ignore lint/suspicious/noArrayIndexKey: a landmark is its number
							<i key={n} className="landmark" style={{ left: `${l.x * 100}%`, top: `${l.y * 100}%` }}>
								{n + 1}
							</i>
						),
					)}
				</div>
				<Ground camera={camera} map={map} landmarks={landmarks} onPlace={put} />
			</div>
			<TypedLandmark onAdd={(mark) => setLandmarks([...whole, { ...mark, aboveM: 0 }, {}])} />
			<Result
				camera={camera}
				landmarks={whole}
				aspect={() => (picture.current ? picture.current.naturalWidth / picture.current.naturalHeight : 16 / 9)}
				onChange={(l) => setLandmarks([...l, {}])}
			/>
		</Stack>
	);
}

interface GroundProps {
	camera: Camera;
	map: MapView;
	landmarks: readonly Half[];
	onPlace: (place: { lat: number; lon: number }) => void;
}

/** The ground that a camera looks at, with the landmarks on it. */
function Ground({ camera, map, landmarks, onPlace }: GroundProps) {
	const { w } = useReader();
	const ground = useGround(map);
	const own = map.cameras.find(({ id }) => id === camera.id);
	const data = useMemo(
		() => ({
			grids: gridFeatures(map, {}, 0),
			"ground-shapes": ground,
			sites: siteFeatures(map, []),
			landmarks: marksOf(landmarks),
		}),
		[map, ground, landmarks],
	);
	if (!own) return null;
	return (
		<div className="small-map">
			<Suspense fallback={null}>
				<MapCanvas
					under={map.base}
					terrain={terrainOf(map)}
					bounds={viewOf(own)}
					data={data}
					label={w.nav.map}
					onClick={onPlace}
				/>
			</Suspense>
		</div>
	);
}

function marksOf(landmarks: readonly Half[]): FeatureCollection {
	return collection(
		landmarks.flatMap(({ lat, lon }, n) =>
			lat === undefined || lon === undefined ? [] : [point({ lat, lon }, { name: String(n + 1) })],
		),
	);
}

/** What a camera looks at, to two thirds of how far it sees: west, south, east, north. */
function viewOf(camera: MapView["cameras"][number]): [number, number, number, number] {
	const { azimuthDeg, fovDeg, rangeM, lat, lon } = camera;
	const corners = [-0.5, 0, 0.5].map((side) => ahead(camera, azimuthDeg + side * fovDeg, rangeM * 0.6));
	const lons = [lon, ...corners.map(([x = 0]) => x)];
	const lats = [lat, ...corners.map(([, y = 0]) => y)];
	return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

interface ResultProps {
	camera: Camera;
	landmarks: Landmark[];
	aspect: () => number;
	onChange: (landmarks: Landmark[]) => void;
}

/** What the landmarks come to, and how far each is off. */
function Result({ camera, landmarks, aspect, onChange }: ResultProps) {
	const { w } = useReader();
	const c = w.calibration;
	const [file, setFile] = useState("");
	const [fault, setFault] = useState("");
	const body = { aspect: aspect(), landmarks };
	const found = useQuery({
		queryKey: ["calibration", camera.id, landmarks],
		queryFn: () => call("POST /api/cameras/{id}/calibration", { path: { id: camera.id }, body }),
		enabled: landmarks.length > 0,
	});
	if (landmarks.length === 0) return null;
	const save = () =>
		call("POST /api/cameras/{id}/pose", { path: { id: camera.id }, body }).then(
			(kept) => setFile(kept.file),
			(error: Error) => setFault(inWords(w, error.message)),
		);
	const change = (n: number, l: Landmark | undefined) => {
		setFile("");
		onChange(landmarks.flatMap((other, i) => (i === n ? (l ?? []) : other)));
	};
	return (
		<>
			<Fault text={fault || (found.error ? inWords(w, found.error.message) : "")} />
			{found.data && <Found found={found.data} camera={camera} />}
			<Landmarks landmarks={landmarks} offDeg={found.data?.offDeg ?? []} onChange={change} />
			<Group>
				<Button variant="filled" disabled={landmarks.length < 2} onClick={() => void save()}>
					{c.propose}
				</Button>
				{file !== "" && <Text size="sm">{filled(w, c.proposed, { file })}</Text>}
			</Group>
		</>
	);
}

function Found({ found, camera }: { found: Calibration; camera: Camera }) {
	const { w } = useReader();
	const d = (value: number) => value.toFixed(2);
	const gaps = {
		azimuth: d(found.azimuthDeg),
		before: d(camera.azimuthDeg),
		tilt: d(found.tiltDeg),
		fov: d(found.fovDeg),
		rms: d(found.rmsDeg),
	};
	return <p className="found-pose">{filled(w, w.calibration.found, gaps)}</p>;
}

interface LandmarksProps {
	landmarks: Landmark[];
	offDeg: readonly number[];
	onChange: (n: number, landmark: Landmark | undefined) => void;
}

function Landmarks({ landmarks, offDeg, onChange }: LandmarksProps) {
	const { w } = useReader();
	const c = w.calibration;
	return (
		<Table.ScrollContainer minWidth={420}>
			<Table>
				<Table.Thead>
					<Table.Tr>
						<Table.Th>{c.landmark}</Table.Th>
						<Table.Th>WGS84</Table.Th>
						<Table.Th>{c.above}</Table.Th>
						<Table.Th>{c.off}</Table.Th>
						<Table.Th />
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{landmarks.map((l, n) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: a landmark is its number
						<Table.Tr key={n}>
							<Table.Td>{n + 1}</Table.Td>
							<Table.Td>
								{l.lat.toFixed(5)}, {l.lon.toFixed(5)}
							</Table.Td>
							<Table.Td>
								<NumberInput
									size="xs"
									min={0}
									max={500}
									value={l.aboveM}
									aria-label={`${c.above} ${n + 1}`}
									onChange={(v) => onChange(n, { ...l, aboveM: Number(v) || 0 })}
								/>
							</Table.Td>
							<Table.Td>{offDeg[n] === undefined ? "" : `${offDeg[n]?.toFixed(2)}°`}</Table.Td>
							<Table.Td>
								<Button size="compact-xs" onClick={() => onChange(n, undefined)}>
									{w.registerPage.remove}
								</Button>
							</Table.Td>
						</Table.Tr>
					))}
				</Table.Tbody>
			</Table>
		</Table.ScrollContainer>
	);
}
