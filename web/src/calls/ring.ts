// Rings softly, twice every three seconds, until the result is called. Made here: no file is loaded for it.

export function ring(): () => void {
    let sound: AudioContext;
    try {
        sound = new AudioContext();
    } catch {
        return () => {}; // a machine without sound: it is shown
    }
    const tone = (at: number) => {
        const oscillator = sound.createOscillator();
        const volume = sound.createGain();
        oscillator.frequency.value = 660;
        volume.gain.setValueAtTime(0, at);
        volume.gain.linearRampToValueAtTime(0.12, at + 0.05);
        volume.gain.linearRampToValueAtTime(0, at + 0.35);
        oscillator.connect(volume).connect(sound.destination);
        oscillator.start(at);
        oscillator.stop(at + 0.4);
    };
    const twice = () => {
        if (sound.state !== "running") return; // a page that nobody has pressed on may not make a sound
        tone(sound.currentTime);
        tone(sound.currentTime + 0.5);
    };
    twice();
    const again = setInterval(twice, 3_000);
    return () => {
        clearInterval(again);
        void sound.close();
    };
}
