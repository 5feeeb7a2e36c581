// The key that makes repeating a request safe: the server carries out one key of one user once. It need not be secret, but
// never the same again. randomUUID exists on secure origins only, and a school's first trial is often plain http on the local
// network; Node 18 has no `crypto` at all.

export function newKey(): string {
    const { crypto } = globalThis as { crypto?: Crypto };
    if (typeof crypto?.randomUUID === "function") return crypto.randomUUID();
    const bytes = new Uint8Array(16);
    if (crypto) crypto.getRandomValues(bytes);
    else for (let index = 0; index < bytes.length; ++index) bytes[index] = Math.random() * 256;
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
