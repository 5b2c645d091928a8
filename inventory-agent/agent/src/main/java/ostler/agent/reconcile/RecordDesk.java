package ostler.agent.reconcile;

import java.security.PrivateKey;
import ostler.inventory.BootId;
import ostler.inventory.HostName;

/**
 * What every wipe record of this host says of the host, and the key that signs it.
 *
 * @param kernel as {@code uname -r} prints it
 */
public record RecordDesk(
    HostName host, BootId boot, String kernel, String agentVersion, PrivateKey key) {

  /** Without the key. */
  @Override
  public String toString() {
    return "RecordDesk[" + host + ", boot " + boot + "]";
  }
}
