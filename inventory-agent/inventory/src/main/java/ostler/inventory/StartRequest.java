package ostler.inventory;

import java.util.List;
import java.util.Objects;
import ostler.pci.PciAddress;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.WireException;

/**
 * A machine is about to start with devices that somebody else chose for it, as Nova does, and asks
 * for a claim of just these. Libvirt's hook writes it, the agent passes it on, and the allocator
 * decides.
 *
 * @param consumer the machine
 * @param project that is to pay for it
 * @param devices the host's functions that it is to have, 1 to {@value #MAX_DEVICES}; those that no
 *     unit is made of are none of Ostler's business
 */
public record StartRequest(Consumer consumer, ProjectId project, List<PciAddress> devices) {

  /** More functions than any known machine passes through, companions included. */
  public static final int MAX_DEVICES = 256;

  public StartRequest {
    Objects.requireNonNull(consumer);
    Objects.requireNonNull(project);
    devices = devices.stream().distinct().sorted().toList();
    if (devices.isEmpty() || devices.size() > MAX_DEVICES) {
      throw new IllegalArgumentException("there are 1 to " + MAX_DEVICES + " devices");
    }
  }

  /** One line, without its end. */
  public String toJson() {
    return Json.write(
        out ->
            out.object("consumer", to -> UnitJson.writeConsumer(consumer, to))
                .text("project", project)
                .texts("devices", devices));
  }

  /**
   * Reads it and refuses unknown fields.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static StartRequest read(byte[] document) throws WireException {
    return Json.read(
        document,
        JsonLimits.MESSAGE,
        in -> {
          StartRequest request =
              new StartRequest(
                  in.object("consumer", UnitJson::readConsumer),
                  in.value("project", ProjectId::tryParse, "a project"),
                  in.values("devices", PciAddress::tryParse, "a PCI address"));
          in.done();
          return request;
        });
  }
}
