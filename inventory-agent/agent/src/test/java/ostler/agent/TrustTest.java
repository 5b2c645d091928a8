package ostler.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.FakeHost;
import ostler.agent.link.AllocatorClient;
import ostler.agent.link.LinkException;
import ostler.inventory.AgentKey;
import ostler.inventory.JoinAnswer;
import ostler.inventory.JoinRequest;

/** A real TLS server with a certificate of its own. */
final class TrustTest {

  private static final String PASSWORD = "changeit";
  private static final JoinRequest REQUEST =
      new JoinRequest(
          "token",
          new AgentKey("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
          "0.1.0");

  @TempDir Path folder;
  private HttpsServer server;
  private Path certificate;

  @BeforeEach
  void begin() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=allocator",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString())
            .inheritIO()
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    certificate = folder.resolve("ca.pem");
    Files.writeString(
        certificate,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(store.getCertificate("a").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    server = serve(store);
  }

  private static HttpsServer serve(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer = new JoinAnswer("secret", 1).toJson().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(201, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private AllocatorClient client(Optional<Path> trusted) throws IOException {
    URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    return new AllocatorClient(uri, FakeHost.NAME, Trust.in(trusted));
  }

  @Test
  void anAllocatorWithAKnownCertificateIsBelieved() throws Exception {
    assertEquals("secret", client(Optional.of(certificate)).join(REQUEST).credential());
  }

  @Test
  void anAllocatorWithAnUnknownCertificateIsToldNothing() throws Exception {
    LinkException e =
        assertThrows(LinkException.class, () -> client(Optional.empty()).join(REQUEST));
    assertTrue(e.getMessage().contains("no answer from https://127.0.0.1"), e.getMessage());
  }

  @Test
  void aFileWithoutACertificateIsRefused() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertThrows(IOException.class, () -> Trust.in(Optional.of(empty)));
  }
}
