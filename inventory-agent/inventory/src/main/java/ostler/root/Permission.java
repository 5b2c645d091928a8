package ostler.root;

import ostler.inventory.Tenant;
import ostler.inventory.UnitJson;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * That a tenant may have a unit, whole or a slice.
 *
 * @param closing whether it is being taken back: the tenant may go on, and may not start again
 */
public record Permission(Tenant tenant, boolean closing) {

  /** Of a tenant to whom a unit is handed out. */
  public static Permission of(Tenant tenant) {
    return new Permission(tenant, false);
  }

  public Permission closed() {
    return new Permission(tenant, true);
  }

  public Permission reopened() {
    return new Permission(tenant, false);
  }

  /** Writes it, in files and in answers alike. */
  public static void write(Permission permission, JsonWriter out) {
    out.object("claim", in -> UnitJson.writeTenant(permission.tenant, in))
        .bool("closing", permission.closing);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws WireException naming the field and the rule that it breaks
   */
  public static Permission read(JsonObject in) throws WireException {
    Permission permission =
        new Permission(in.object("claim", UnitJson::readTenant), in.bool("closing"));
    in.done();
    return permission;
  }
}
