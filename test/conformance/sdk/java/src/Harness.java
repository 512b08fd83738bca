import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the client needs beside the SDK: what the runner tells it, the report, HTTP, and bytes. */
final class Harness {
  record Credential(String id, String secret, String token) {}

  static final String ADDRESS = needed("CONFORMANCE_ENDPOINT");
  static final String REGION = needed("CONFORMANCE_REGION");
  static final Credential OWNER = new Credential(needed("OSS_ACCESS_KEY_ID"), needed("OSS_ACCESS_KEY_SECRET"), null);
  static final Credential TEMPORARY =
      new Credential(
          needed("CONFORMANCE_STS_ACCESS_KEY_ID"),
          needed("CONFORMANCE_STS_ACCESS_KEY_SECRET"),
          needed("CONFORMANCE_STS_SECURITY_TOKEN"));

  static final String CHINESE = "中文/文件.txt";

  /** The smallest part that OSS takes, but for the last. */
  static final int PART_BYTES = 100 * 1024;

  private Harness() {}

  private static String needed(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  static List<String> names() throws IOException {
    return Files.readAllLines(Path.of(needed("CONFORMANCE_NAMES")), StandardCharsets.UTF_8);
  }

  /** 2,500 keys below many/, every fifth of them in no folder, in the order in which OSS lists them. */
  static List<String> manyKeys(List<String> names) {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 2500; i++) keys.add("many/" + names.get(i % names.size()) + (i % 5 == 0 ? "-" : "/") + i);
    keys.sort((one, other) -> Arrays.compareUnsigned(utf8(one), utf8(other)));
    return keys;
  }

  /** The keys directly below a prefix. */
  static List<String> files(List<String> keys, String prefix) {
    return keys.stream().filter(key -> key.indexOf('/', prefix.length()) == -1).toList();
  }

  /** The common prefixes below a prefix, where `/` is the delimiter. */
  static List<String> folders(List<String> keys, String prefix) {
    var folders = new LinkedHashSet<String>();
    for (var key : keys) {
      int slash = key.indexOf('/', prefix.length());
      if (slash != -1) folders.add(key.substring(0, slash + 1));
    }
    return List.copyOf(folders);
  }

  /** Bytes that differ from place to place and from seed to seed. */
  static byte[] content(int size, String seed) throws Exception {
    var made = new ByteArrayOutputStream();
    for (byte[] block = utf8(seed); made.size() < size; made.write(block)) block = digest("SHA-256", block);
    return Arrays.copyOf(made.toByteArray(), size);
  }

  static String etag(byte[] data) throws Exception {
    return java.util.HexFormat.of().withUpperCase().formatHex(digest("MD5", data));
  }

  private static byte[] digest(String algorithm, byte[] data) throws Exception {
    return MessageDigest.getInstance(algorithm).digest(data);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  interface Work<T> {
    void on(T item) throws Exception;
  }

  /** Does the work for each item, a few at a time. */
  static <T> void each(List<T> items, Work<T> work) throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    try {
      var tasks = new ArrayList<Future<?>>();
      for (var item : items)
        tasks.add(
            pool.submit(
                () -> {
                  work.on(item);
                  return null;
                }));
      for (var task : tasks) task.get();
    } finally {
      pool.shutdownNow();
    }
  }

  static void equal(Object actual, Object expected, String what) {
    if (!Objects.deepEquals(actual, expected))
      throw new AssertionError(what + ": " + shown(actual) + " instead of " + shown(expected));
  }

  private static String shown(Object value) {
    var text = value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  record Answer(int status, String contentType, String body) {
    void expectCode(int status, String code) {
      equal(this.status, status, "status");
      if (!body.contains("<Code>" + code + "</Code>"))
        throw new AssertionError("the answer is not " + code + ": " + body);
    }
  }

  /** HTTP without an SDK; the path is sent as it is written. */
  static Answer fetch(String method, URL url, byte[] body, Map<String, String> headers) throws IOException {
    var connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod(method);
    headers.forEach(connection::setRequestProperty);
    if (body != null) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    }
    int status = connection.getResponseCode();
    try (var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(status, connection.getContentType(), stream == null ? "" : text(stream.readAllBytes()));
    }
  }

  static Answer fetch(URL url) throws IOException {
    return fetch("GET", url, null, Map.of());
  }

  /** Posts a form as a browser does. */
  static Answer postForm(String bucket, Map<String, String> fields, byte[] file) throws IOException {
    var boundary = "----conformance7MA4YWxkTrZu0gW";
    var body = new ByteArrayOutputStream();
    for (var field : fields.entrySet())
      body.write(utf8("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(boundary, field.getKey(), field.getValue())));
    body.write(utf8("--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n".formatted(boundary)));
    body.write(file);
    body.write(utf8("\r\n--" + boundary + "--\r\n"));
    var type = Map.of("Content-Type", "multipart/form-data; boundary=" + boundary);
    return fetch("POST", new URL(ADDRESS + "/" + bucket + "/"), body.toByteArray(), type);
  }

  /** A body that breaks off in the middle. */
  static InputStream broken(byte[] data) {
    return new InputStream() {
      private int position = 0;

      @Override
      public int read() throws IOException {
        if (position == data.length / 2) throw new IOException("the body breaks off here, as the test wants");
        return data[position++] & 0xff;
      }
    };
  }

  interface Operation {
    /** Gives a remark for the table, or null. */
    String run() throws Throwable;
  }

  /** Runs each operation, whatever became of the one before, and reports it. */
  static void run(Map<String, Operation> operations) throws IOException {
    for (var entry : operations.entrySet()) {
      try {
        report(entry.getKey(), "passed", entry.getValue().run());
      } catch (Throwable error) {
        report(entry.getKey(), "failed", error.toString());
        System.err.println("  " + entry.getKey() + " failed: " + error);
        for (var frame : error.getStackTrace())
          if (frame.getClassName().startsWith("Client")) System.err.println("\tat " + frame);
      }
    }
  }

  private static void report(String operation, String result, String why) throws IOException {
    var client = needed("CONFORMANCE_CLIENT");
    var reason = why == null ? "" : ",\"why\":" + quoted(why);
    var row = "{\"client\":%s,\"operation\":%s,\"result\":%s%s}%n".formatted(quoted(client), quoted(operation), quoted(result), reason);
    var file = Path.of(needed("CONFORMANCE_RESULTS"));
    Files.writeString(file, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String quoted(String text) {
    var json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < ' ') json.append("\\u%04x".formatted((int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
