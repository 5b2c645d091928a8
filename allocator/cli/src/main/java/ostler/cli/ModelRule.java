package ostler.cli;

import ostler.wire.JsonWriter;

/** The options that say which models are meant; what is not said is free. */
final class ModelRule {

  static final Argument.Option<String> VENDOR =
      Argument.Option.of("--vendor", "HEX", Parsers::hex4, "of this vendor, as 10de");
  static final Argument.Option<String> PRODUCT =
      Argument.Option.of("--product", "HEX", Parsers::hex4, "of this product, as 20b0");
  static final Argument.Option<String> CLASS =
      Argument.Option.of("--class", "HEX", Parsers::pciClass, "of this class, as 0302");

  private ModelRule() {}

  static boolean isSaid(Arguments said) {
    return said.get(VENDOR).isPresent()
        || said.get(PRODUCT).isPresent()
        || said.get(CLASS).isPresent();
  }

  static JsonWriter write(Arguments said, JsonWriter rule) {
    return rule.text("vendor", said.get(VENDOR))
        .text("product", said.get(PRODUCT))
        .text("class", said.get(CLASS));
  }
}
