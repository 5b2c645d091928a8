package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.allocator.engine.nova.NovaMode;
import ostler.allocator.store.TreePolicy;

/** An allocator that others than this machine may reach. */
final class TlsTest {

  private static final String PASSWORD = "only for this test";
  private static final int KEYTOOL_SECONDS = 60;

  @TempDir private Path folder;

  @Test
  void beyondLoopbackAnAllocatorSpeaksTlsAndNothingElse()
      throws IOException, InterruptedException, GeneralSecurityException {
    KeyStore store = newKeyStore();
    Options options =
        new Options(
            0,
            InetAddress.getByName("0.0.0.0"),
            folder.resolve("data"),
            Optional.empty(),
            Optional.empty(),
            true,
            TreePolicy.SHIPPED,
            NovaMode.ENFORCE,
            Optional.empty(),
            Optional.of(writeTls(store)));
    try (Main.Running running = Main.start(options)) {
      assertTrue(running.url().startsWith("https://"), running.url());
      URI health = URI.create(running.url().replace("0.0.0.0", "127.0.0.1") + "/actuator/health");
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(trusting(store))
              .build()
              .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      assertThrows(
          SSLException.class,
          () ->
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(health).build(),
                      HttpResponse.BodyHandlers.ofString()));
    }
  }

  private KeyStore newKeyStore()
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertTrue(keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, keytool.exitValue());
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  private Options.Tls writeTls(KeyStore store) throws IOException, GeneralSecurityException {
    Certificate certificate = store.getCertificate("server");
    Key key = store.getKey("server", PASSWORD.toCharArray());
    Path certificateFile = folder.resolve("certificate.pem");
    Path keyFile = folder.resolve("key.pem");
    Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
    return new Options.Tls(certificateFile, keyFile);
  }

  private static String pem(String what, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  private static SSLContext trusting(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted;
    try {
      trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
