package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that are not there, do not answer, or answer what they should not; readers who go away. */
final class AdversityTest {

  private static final Path TLS = Path.of("src/test/resources/tls");

  @TempDir private Path home;

  private Conversation.Seen run(String url, String... words) throws IOException {
    return new CommandRun(home, url).run(words);
  }

  private static void assertSays(int exit, String code, Conversation.Seen seen) {
    assertEquals(exit, seen.exit(), seen.stderr());
    assertTrue(seen.stderr().startsWith("ostler: " + code + ": "), seen.stderr());
    assertEquals("", seen.stdout());
  }

  /** Answers the first caller with bytes of the test's making, and keeps what it asked. */
  private static final class RawServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Writes an answer, and may take its time. */
    interface Answer {
      void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    RawServer(Answer answer) throws IOException {
      Thread serving =
          new Thread(
              () -> {
                while (!socket.isClosed()) {
                  serve(answer);
                }
              });
      serving.setDaemon(true);
      serving.start();
    }

    private void serve(Answer answer) {
      try (Socket caller = socket.accept()) {
        byte[] request = new byte[8192];
        int length = Math.max(0, caller.getInputStream().read(request));
        requests.add(new String(request, 0, length, StandardCharsets.ISO_8859_1));
        answer.writeTo(caller.getOutputStream());
      } catch (IOException e) {
        // The command gave up first, as some of the tests want it to.
        requests.add("gone: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void nobodyListeningIsUnreachable() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertSays(9, "ALLOCATOR_UNREACHABLE", run("http://127.0.0.1:" + free, "unit", "list"));
  }

  @Test
  void aClaimWhoseAnswerWasLostSaysHowToAskAgainWithoutClaimingTwice() throws IOException {
    try (RawServer server = new RawServer(out -> {})) {
      Conversation.Seen seen =
          run(
              server.url(),
              "claim",
              "create",
              "--project",
              "p",
              "--alias",
              "a",
              "--consumer",
              "s:t:i");
      assertSays(9, "ALLOCATOR_UNREACHABLE", seen);
      assertTrue(seen.stderr().contains("may have been carried out"), seen.stderr());
      assertTrue(seen.stderr().contains("--id " + CommandRun.NEW_ID), seen.stderr());
    }
  }

  @Test
  void silenceEndsAtTheTimeout() throws IOException {
    try (RawServer server = new RawServer(out -> Thread.sleep(20_000))) {
      long begin = System.nanoTime();
      assertSays(9, "ALLOCATOR_TIMED_OUT", run(server.url(), "unit", "list", "--timeout", "1"));
      assertTrue(System.nanoTime() - begin < 15_000_000_000L, "it ended by the peer's patience");
    }
  }

  @Test
  void anAnswerThatEndsTooEarlyIsNoAnswer() throws IOException {
    try (RawServer server =
        new RawServer(
            out -> out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"items\":")))) {
      assertSays(9, "ALLOCATOR_UNREACHABLE", run(server.url(), "unit", "list"));
    }
  }

  @Test
  void aRedirectIsNotFollowedSoTheTokenStaysHere() throws IOException {
    try (RawServer elsewhere = new RawServer(out -> {});
        RawServer server =
            new RawServer(
                out ->
                    out.write(
                        bytes(
                            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
                                + elsewhere.url()
                                + "/v1/units\r\n\r\n")))) {
      assertSays(1, "HTTP_302", run(server.url(), "unit", "list"));
      assertEquals(List.of(), elsewhere.requests);
    }
  }

  @Test
  void whatIsNotJsonIsNotAnAllocator() throws IOException {
    for (String body :
        List.of("", "<html>", "[1]", "{\"items\":[]", "{\"a\":1,\"a\":2}", "\u0000")) {
      try (RawServer server =
          new RawServer(
              out ->
                  out.write(
                      bytes(
                          "HTTP/1.1 200 OK\r\nContent-Length: "
                              + bytes(body).length
                              + "\r\n\r\n"
                              + body)))) {
        assertSays(1, "NOT_AN_ALLOCATOR", run(server.url(), "unit", "list"));
      }
    }
  }

  @Test
  void anAnswerWithoutEndIsCutOff() throws IOException {
    byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    try (RawServer server =
        new RawServer(
            out -> {
              out.write(bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
              while (true) {
                out.write(spaces);
              }
            })) {
      assertSays(1, "NOT_AN_ALLOCATOR", run(server.url(), "unit", "list"));
    }
  }

  @Test
  void aListThatNeverEndsEnds() throws IOException {
    try (RawServer server =
        new RawServer(
            out ->
                out.write(
                    bytes(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                            + "{\"items\":[],\"next\":\"m\"}")))) {
      Conversation.Seen seen = run(server.url(), "unit", "list", "-o", "json");
      assertEquals(0, seen.exit(), seen.stderr());
      assertEquals("[]\n", seen.stdout());
    }
  }

  @Test
  void anEncryptedConnectionNeedsAnAuthorityThatIsBelieved()
      throws IOException, GeneralSecurityException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity()));
    serveEmptyList(server);
    try {
      String url = "https://127.0.0.1:" + server.getAddress().getPort();
      String authority = TLS.resolve("authority.pem").toString();
      String stranger = TLS.resolve("stranger.pem").toString();
      assertEquals(0, run(url, "unit", "list", "--ca-file", authority).exit());
      assertSays(9, "TLS_FAILED", run(url, "unit", "list", "--ca-file", stranger));
      assertSays(9, "TLS_FAILED", run(url, "unit", "list"));
      String text = Files.writeString(home.resolve("text"), "no certificate").toString();
      assertSays(2, "BAD_CA_FILE", run(url, "unit", "list", "--ca-file", text));
      assertSays(2, "BAD_CA_FILE", run(url, "unit", "list", "--ca-file", "/no/such"));
    } finally {
      server.stop(0);
    }
  }

  private static void serveEmptyList(HttpServer server) {
    server.createContext(
        "/",
        call -> {
          byte[] answer = bytes("{\"items\":[],\"next\":null}");
          call.sendResponseHeaders(200, answer.length);
          call.getResponseBody().write(answer);
          call.close();
        });
    server.start();
  }

  private static SSLContext identity() throws IOException, GeneralSecurityException {
    char[] password = "not-a-secret".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(TLS.resolve("server.p12"))) {
      store.load(in, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void aTokenFileThatHoldsNoTokenIsToldApartFromOneThatIsNotThere() throws IOException {
    String words = Files.writeString(home.resolve("words"), "not a token").toString();
    Conversation.Seen seen = run("http://127.0.0.1:1", "unit", "list", "--token-file", words);
    assertSays(4, "NO_TOKEN", seen);
    assertTrue(seen.stderr().contains("holds no token"), seen.stderr());
    assertFalse(seen.stderr().contains("not a token"), "the file's text is nobody's business");
    assertSays(
        4, "NO_TOKEN", run("http://127.0.0.1:1", "unit", "list", "--token-file", home.toString()));
  }

  @Test
  void aReaderWhoGoesAwayIsNoFailureToTellOf() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Conversation.Seen seen =
        new CommandRun(home, "http://127.0.0.1:1").printingTo(gone).run("version");
    assertEquals(141, seen.exit());
    assertEquals("", seen.stderr());
  }

  @Test
  void aFullDiskIsAFailureToTellOf() throws IOException {
    try (OutputStream full = new FileOutputStream("/dev/full")) {
      Conversation.Seen seen =
          new CommandRun(home, "http://127.0.0.1:1").printingTo(full).run("version");
      assertSays(1, "OUTPUT_FAILED", seen);
    }
  }
}
