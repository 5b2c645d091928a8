package ostler.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are believed. */
final class Trust {

  private Trust() {}

  /**
   * Trust in the certificates of a file, and in no others; absent where no file is given.
   *
   * @throws IOException if the file cannot be read, or holds no certificates
   */
  static Optional<SSLSocketFactory> in(Optional<Path> file) throws IOException {
    return file.isEmpty() ? Optional.empty() : Optional.of(factory(file.get()));
  }

  private static SSLSocketFactory factory(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate known : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("allocator-" + number++, known);
      }
      if (number == 0) {
        throw new IOException(file + " holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no certificates: " + e.getMessage(), e);
    }
  }
}
