export interface BrokerOptions {
    /** Whether a client that asks for a topic gets it made. Default true. */
    readonly autoCreateTopics?: boolean;
    /** Doors besides the plain one. */
    readonly listeners?: readonly Listener[];
    /** SCRAM users, name → password. */
    readonly users?: Readonly<Record<string, string>>;
}
/** A door of its own port, and what a broker's configuration says of it. */
export interface Listener {
    readonly name: string;
    readonly protocol: 'SASL_PLAINTEXT' | 'SSL';
    readonly port: number;
    readonly properties: string;
}
/** A real Kafka of one node on 127.0.0.1. */
export interface Broker {
    /** `host:port`, as in `KAFKA_URL`. */
    readonly url: string;
    readonly port: number;
    /** Starts again after `pause` or `kill`: same port, same data. */
    start(): Promise<void>;
    /** Ends in order, keeps the data. */
    pause(): Promise<void>;
    /** Ends at once (SIGKILL), keeps the data. */
    kill(): Promise<void>;
    /** Stops answering (SIGSTOP), with every connection open, until `thaw`. */
    freeze(): void;
    thaw(): void;
    /** `pause`, then `start`. */
    restart(): Promise<void>;
    /** Ends in order and removes the data. */
    stop(): Promise<void>;
}
/** Starts a broker; it is there when it has answered a request. */
export declare function startBroker(options?: BrokerOptions): Promise<Broker>;
export declare function freePort(): Promise<number>;
