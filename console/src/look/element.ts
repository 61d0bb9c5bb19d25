// The components that are used here with their styles, and no others: taken from where each lies, since the whole package would be read to
// find them.
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/el-button.css';
import 'element-plus/theme-chalk/el-checkbox.css';
import 'element-plus/theme-chalk/el-input.css';
import './tokens.css';
import './base.css';

export { ElButton } from 'element-plus/es/components/button/index.mjs';
export { ElCheckbox } from 'element-plus/es/components/checkbox/index.mjs';
export { ElInput } from 'element-plus/es/components/input/index.mjs';
