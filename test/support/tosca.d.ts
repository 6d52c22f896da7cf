import type { Json } from '@vedette/core/json/json';
export interface PolicySource {
    readonly name: string;
    readonly version?: string;
    /** Rego by package. */
    readonly policy: Readonly<Record<string, string>>;
    /** JSON documents by dotted path. */
    readonly data?: Readonly<Record<string, Json>>;
}
/** A policy as a PAP sends it. */
export declare function toscaPolicy({ name, version, policy, data }: PolicySource): object;
/** A policy of one package and no data. */
export declare function oneModule(name: string, rego: string, version?: string): object;
