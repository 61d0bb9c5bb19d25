// The styles of the components that are used here, and no others.
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/el-button.css';
import 'element-plus/theme-chalk/el-checkbox.css';
import 'element-plus/theme-chalk/el-input.css';
import './tokens.css';
import './base.css';
