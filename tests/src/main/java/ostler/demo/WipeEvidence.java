package ostler.demo;

import java.io.IOException;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** A wipe record as files that common tools can check. */
final class WipeEvidence {

  private static final int PEM_LINE = 64;

  private static final String CHECK =
      """
      # The memory: is the secret there? (HEX is what --secret said.)
      for f in *.bin; do echo "$f: $(xxd -p "$f" | tr -d '\\n' | grep -c HEX)"; done
      # The record: its hash is SHA-256 over the hash before it, a line feed, and the exact text.
      { cat wipe.prev; echo; cat wipe.body; } | sha256sum; cat wipe.hash; echo
      # The signature is Ed25519 over the hash's 64 characters.
      openssl pkeyutl -verify -pubin -inkey agent.pem -rawin -in wipe.hash -sigfile wipe.signature
      """;

  private WipeEvidence() {}

  /** Keeps one record in parts, and the whole chain as the operator's command lists it. */
  static void keep(Evidence evidence, JsonNode wipe, String chain) throws IOException {
    evidence.keep("wipe.body", wipe.path("body").asString(""));
    evidence.keep("wipe.prev", wipe.path("prev_hash").asString(""));
    evidence.keep("wipe.hash", wipe.path("hash").asString(""));
    evidence.keep(
        "wipe.signature", Base64.getDecoder().decode(wipe.path("signature").asString("")));
    String key = wipe.path("public_key").asString("");
    evidence.keep(
        "agent.pem",
        "-----BEGIN PUBLIC KEY-----\n"
            + key.replaceAll("(.{" + PEM_LINE + "})", "$1\n").strip()
            + "\n-----END PUBLIC KEY-----\n");
    evidence.keep("wipes.json", chain);
    evidence.keep("CHECK.txt", CHECK);
  }
}
