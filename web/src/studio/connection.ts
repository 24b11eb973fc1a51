// The WebSocket to the tab's session: messages as protocol.py writes and reads them.

const VERSION = 1;

export interface Message {
    kind: string;
    id: number;
    session: string;
    theta?: Float64Array;
    [field: string]: unknown;
}

export class Connection {
    private socket?: WebSocket;
    private count = 0;
    private readonly waiting = new Map<number, (message: Message) => void>();
    session = "";

    /** `heard` gets every message, `closed` is called when the session is gone. */
    constructor(
        private readonly heard: (message: Message) => void,
        private readonly closed: () => void,
    ) {}

    open(): void {
        const at = new URL("ws", location.href);
        at.protocol = at.protocol === "https:" ? "wss:" : "ws:";
        at.search = location.search; // the token
        at.hash = "";
        const socket = new WebSocket(at);
        socket.binaryType = "arraybuffer";
        socket.onmessage = ({ data }) => {
            const message = decoded(data as string | ArrayBuffer);
            this.session = message.session || this.session;
            this.heard(message);
            this.waiting.get(message.id)?.(message);
            this.waiting.delete(message.id);
        };
        socket.onclose = () => {
            this.socket = undefined;
            this.waiting.clear();
            this.closed();
        };
        this.socket = socket;
    }

    /** Ask, and get the answer; an answer of kind "error" is heard like any message. */
    ask(kind: string, body: object = {}): Promise<Message> {
        const id = ++this.count;
        this.socket?.send(JSON.stringify({ v: VERSION, kind, id, session: this.session, ...body }));
        return new Promise((resolve) => this.waiting.set(id, resolve));
    }

    /** Where a file of this tab can be had, or is handed in. */
    address(path: string, values: Record<string, string>): string {
        const at = new URL(path, location.href);
        at.search = location.search;
        at.hash = "";
        for (const [name, value] of Object.entries({ session: this.session, ...values }))
            at.searchParams.set(name, value);
        return at.href;
    }

    /** Hand in a file; its id, or an error to show. */
    async upload(file: File): Promise<{ id?: string; what?: { en: string; zh: string } }> {
        const answer = await fetch(this.address("upload", { name: file.name }), { method: "POST", body: file });
        if (answer.ok || answer.status === 422) return (await answer.json()) as { id?: string };
        const text = (await answer.text()).trim();
        return { what: { en: text, zh: text } };
    }
}

/** A frame as a message; a binary one is a head of JSON and theta. */
export function decoded(frame: string | ArrayBuffer): Message {
    if (typeof frame === "string") return JSON.parse(frame) as Message;
    const length = new DataView(frame).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(frame, 4, length))) as Message;
    const start = 4 + length + ((8 - ((4 + length) % 8)) % 8);
    const rest = frame.slice(start);
    head.theta = head.dtype === "float32" ? Float64Array.from(new Float32Array(rest)) : new Float64Array(rest);
    return head;
}
