/**
 * The query parameters that a V1 signature covers; any other is free for whoever holds the signed request to change.
 * It is the union of the official SDKs' lists, because each signs what it knows of.
 *
 * @see docs/spec/auth.md section 1
 */
export const SUB_RESOURCES: ReadonlySet<string> = new Set(
  `
  acl append asyncFetch bucketInfo callback callback-var cloudboxes cname comp continuation-token cors delete encryption
  endTime group img inventory inventoryId lifecycle link live location logging metaQuery objectInfo objectMeta
  partNumber policy position processConfiguration qos qosInfo referer regionList replication replicationLocation
  replicationProgress requestPayment resourceGroup response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires restore security-token
  sequential startTime stat status style styleName symlink tagging transferAcceleration udf udfApplication udfId
  udfImage udfImageDesc udfLog udfName uploadId uploads versionId versioning versions vod website worm wormExtend wormId
  x-oss-ac-forward-allow x-oss-ac-source-ip x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-async-process x-oss-process
  x-oss-request-payer x-oss-traffic-limit
  `.match(/\S+/g),
)
