// The key that makes repeating a request safe: the server carries out one key of one user once.
// randomUUID exists on secure origins only, and a school's first trial is often plain http on the local network.
export function newKey(): string {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
