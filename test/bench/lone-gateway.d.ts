/** A gateway process with a fresh store, and nobody around it. */
export interface LoneGateway {
    readonly url: string;
    readonly pid: number;
    readonly token: string;
    /** Resolves when it listens. */
    readonly listening: Promise<void>;
    /** Rejects when it ends, with what it said last. */
    readonly ended: Promise<never>;
    post(path: string, body: object): Promise<unknown>;
    stop(): Promise<void>;
}
export declare function startLoneGateway(environment: Readonly<Record<string, string>>): Promise<LoneGateway>;
