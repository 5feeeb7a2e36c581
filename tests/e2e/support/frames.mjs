// WebSocket frames by hand (RFC 6455 §5.2), masked with zeros, so that the payload stays as it is.

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

const mask = Buffer.alloc(4);

function lengthOf(bytes) {
    if (bytes < 126) return [Buffer.from([0x80 | bytes])];
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes));
    if (bytes < 0x10000) return [Buffer.from([0x80 | 126]), length.subarray(6)];
    return [Buffer.from([0x80 | 127]), length];
}

// declared: the length in its head, whatever the payload; reserved: the three bits RSV1 to RSV3 as a number
export function frame(payload, { opcode = opcodes.text, final = true, reserved = 0, declared } = {}) {
    const bytes = Buffer.from(payload);
    const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
    return Buffer.concat([Buffer.from([first]), ...lengthOf(declared ?? bytes.length), mask, bytes]);
}

// One message as a frame for each part.
export function fragments(parts, opcode = opcodes.text) {
    return Buffer.concat(
        parts.map((part, i) =>
            frame(part, { opcode: i === 0 ? opcode : opcodes.continuation, final: i === parts.length - 1 }),
        ),
    );
}
