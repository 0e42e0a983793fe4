import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { tableNames, tables, type TableName } from '../../shared/contract/tables.ts';

/** Every table of the contract, kept and encrypted alike: none of them holds less than evidence. */
export class Tables extends Construct {
  readonly byName: ReadonlyMap<TableName, dynamodb.Table>;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.byName = new Map(tableNames.map((name) => [name, this.#create(name, props.key)]));
  }

  /** The attribute names are those of the items that the tables port writes. */
  #create(name: TableName, key: IKey): dynamodb.Table {
    const { changeFeed, expires } = tables[name];
    return new dynamodb.Table(this, name, {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(expires ? { timeToLiveAttribute: 'x' } : {}),
      ...(changeFeed ? { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES } : {}),
    });
  }
}
