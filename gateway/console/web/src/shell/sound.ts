let context: AudioContext | undefined;

/** Whether the browser lets this page be heard: not before somebody has touched it. */
export function mayChime(): boolean {
	return context?.state === "running" || navigator.userActivation?.hasBeenActive === true;
}

/** Two notes, made on the spot: no file to load when the network is poor. Whether they were heard. */
export async function chime(): Promise<boolean> {
	context ??= new AudioContext();
	// without a click before it this waits for ever
	if (context.state !== "running") await Promise.race([context.resume(), new Promise((r) => setTimeout(r, 500))]);
	if (context.state !== "running") return false;
	for (const [at, frequency] of [
		[0, 880],
		[0.22, 660],
		[0.44, 880],
	] as const) {
		const tone = context.createOscillator();
		const volume = context.createGain();
		tone.frequency.value = frequency;
		volume.gain.setValueAtTime(0.3, context.currentTime + at);
		volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + at + 0.2);
		tone.connect(volume).connect(context.destination);
		tone.start(context.currentTime + at);
		tone.stop(context.currentTime + at + 0.2);
	}
	return true;
}
