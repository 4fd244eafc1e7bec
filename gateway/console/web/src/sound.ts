/** Two notes, made on the spot: no file to load when the network is poor. */
export function chime(): void {
	const context = new AudioContext();
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
}
