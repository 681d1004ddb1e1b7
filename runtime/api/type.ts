/** The kinds of schema that are used here. TypeBox's own `Type` holds all of them, and with them 50 KB that nothing here needs. */
export { Array, Boolean, Integer, Literal, Null, Number, Object, Optional, String, Union, Unknown } from "typebox";
