import type { Broker } from '../../support/kafka/broker.ts';
import type { TestPap } from '../../support/pap.ts';
import type { LoneGateway } from '../lone-gateway.ts';
export declare const authorization: string;
/** A gateway and the PAP that has welcomed it. */
export interface OnapStage extends AsyncDisposable {
    readonly pap: TestPap;
    readonly gateway: LoneGateway;
    /** An update that must succeed. */
    update(change: object): Promise<void>;
}
export declare function openStage({ url }: Broker, policies: readonly object[], environment?: Readonly<Record<string, string>>): Promise<OnapStage>;
/** Small policies, `many.p<from>` and following. */
export declare function manyPolicies(from: number, count: number): readonly object[];
