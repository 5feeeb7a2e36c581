// The camera, the microphone and the screen of this machine.

export interface Devices {
    stream: MediaStream;
    missing: "none" | "camera" | "both";
}

// As much as there is and the person allows: a call without a camera is a call, and one without a microphone can be listened to.
// The stream always has a sound track: the others tell a voice from a screen by it.
export async function openDevices(wanted: "audio" | "video"): Promise<Devices> {
    if (wanted === "video") {
        const both = await open({ audio: true, video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { max: 24 } } });
        if (both) return { stream: both, missing: "none" };
    }
    const voice = await open({ audio: true });
    if (voice) return { stream: voice, missing: wanted === "video" ? "camera" : "none" };
    return { stream: silence(), missing: "both" };
}

export async function openCamera(): Promise<MediaStreamTrack | null> {
    const stream = await open({ video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { max: 24 } } });
    return stream?.getVideoTracks()[0] ?? null;
}

// Null: the person has chosen nothing.
export async function openScreen(): Promise<MediaStream | null> {
    try {
        return await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
    } catch {
        return null;
    }
}

export function close(stream: MediaStream | null): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStream | null> {
    try {
        return await navigator.mediaDevices.getUserMedia(constraints);
    } catch {
        return null;
    }
}

const silence = (): MediaStream => new AudioContext().createMediaStreamDestination().stream;
