import type { Layout } from "./layout";

const PATTERN = "%d{ISO8601} %-5p %c{1} - %m%n";

/** Loggers that say much and mean little at INFO, as in the configuration that a release brings. */
const QUIET: Readonly<Record<string, string>> = {
  "com.amazonaws.util.EC2MetadataUtils": "OFF",
  "io.grpc.netty.NettyServerHandler": "OFF",
  "org.apache.parquet.hadoop.InternalParquetRecordReader": "WARN",
  "org.apache.parquet.hadoop.InternalParquetRecordWriter": "WARN",
  "org.apache.ratis.grpc.server.GrpcLogAppender": "ERROR",
  "org.apache.ratis.grpc.server.GrpcServerProtocolService": "WARN",
  "org.apache.ratis.server.impl.FollowerInfo": "WARN",
  "org.apache.ratis.server.impl.RaftServerImpl": "WARN",
};

/**
 * log4j.properties of a process: to the standard output alone, which the journal keeps, rotates and limits. What
 * `alluxio.logger.type` asks for is not looked at: Alluxio's scripts name two appenders there, and each line would be
 * there twice.
 */
export const processLogging = (): string =>
  render([
    "log4j.rootLogger=INFO,Console",
    "log4j.appender.Console=org.apache.log4j.ConsoleAppender",
    "log4j.appender.Console.Target=System.out",
    ...layoutOfAppender("Console"),
  ]);

/** log4j.properties of the commands that people start: their standard output is their answer, so the log is a file. */
export const commandLogging = ({ userLogs }: Pick<Layout, "userLogs">): string =>
  render([
    "log4j.rootLogger=INFO,User",
    "log4j.appender.User=org.apache.log4j.RollingFileAppender",
    `log4j.appender.User.File=${userLogs}/user_\${user.name}.log`,
    "log4j.appender.User.MaxFileSize=10MB",
    "log4j.appender.User.MaxBackupIndex=10",
    ...layoutOfAppender("User"),
  ]);

const layoutOfAppender = (appender: string): string[] => [
  `log4j.appender.${appender}.layout=org.apache.log4j.PatternLayout`,
  `log4j.appender.${appender}.layout.ConversionPattern=${PATTERN}`,
];

const render = (lines: readonly string[]): string =>
  [...lines, ...Object.entries(QUIET).map(([logger, level]) => `log4j.logger.${logger}=${level}`), ""].join("\n");

/** metrics.properties: every web server also answers /metrics/prometheus/. */
export const METRICS = "sink.prometheus.class=alluxio.metrics.sink.PrometheusMetricsServlet\n";
