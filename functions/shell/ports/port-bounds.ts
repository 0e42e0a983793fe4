/**
 * What both homes refuse, so that a program that works on SQLite works on AWS: quotas of the AWS
 * services unless another reason stands here. Breaking one is a programmer error.
 */
export const portBounds = Object.freeze({
  /** DynamoDB: bytes of a partition key and of a sort key. */
  partitionKeyBytes: 2048,
  sortKeyBytes: 1024,
  /** DynamoDB: 400 KB for an item with its attribute names. */
  rowBytes: 400 * 1024,
  /** What attribute names, version, expiry and the mark of the writer take of `rowBytes`. */
  rowOverheadBytes: 64,
  /** DynamoDB: writes of one transaction and their bytes altogether. */
  transactionWrites: 100,
  transactionBytes: 4 * 1024 * 1024,
  /** Rows of one range page: what a caller can hold and answer at once. */
  rangeRows: 1000,
  /** SQS: the longest delay of a message. */
  delaySeconds: 900,
  /** SQS: twelve hours. */
  visibilitySeconds: 43_200,
  /** Ten of them fit the 256 KiB that one SendMessageBatch takes at least; ours carry ids only. */
  messageBytes: 24 * 1024,
  /** EventBridge Scheduler: characters of a schedule's name. */
  timerNameCharacters: 64,
  /** A flat file name of an ordinary file system has 255. */
  fileNameCharacters: 200,
  /** S3: a signed link lives seven days at most. */
  linkSeconds: 7 * 24 * 60 * 60,
} as const);
